"""The data folder: one identity for its life, one cluster at a time, clear words when it can't be used."""

import errno
import os
import stat

import pytest

from swift_store.dev.folder import FolderError, open_folder
from swift_store.dev.shape import Shape


def test_the_identity_is_random_and_stays(tmp_path):
    with (
        open_folder(tmp_path / "one", Shape.SINGLE) as one,
        open_folder(tmp_path / "two", Shape.SINGLE) as two,
    ):
        assert one.identity.key != two.identity.key
        assert one.identity.hash_suffix != two.identity.hash_suffix
    with open_folder(tmp_path / "one", Shape.SINGLE) as again:
        assert again.identity == one.identity


def test_the_key_is_readable_by_its_owner_alone_and_never_in_a_repr(tmp_path):
    with open_folder(tmp_path, Shape.SINGLE) as folder:
        assert stat.S_IMODE((tmp_path / "identity.json").stat().st_mode) == 0o600
        assert folder.identity.key not in repr(folder)


def test_devices_are_made_for_the_shape(tmp_path):
    with open_folder(tmp_path, Shape.REPLICATED) as folder:
        assert sorted(path.name for path in folder.devices.iterdir()) == ["d0", "d1", "d2", "d3", "d4"]


def test_a_second_user_is_refused_until_the_first_has_left(tmp_path):
    def enter():
        with open_folder(tmp_path, Shape.SINGLE):
            pass

    with open_folder(tmp_path, Shape.SINGLE), pytest.raises(FolderError, match="another embedded Swift"):
        enter()
    enter()


def test_another_shape_is_refused(tmp_path):
    with open_folder(tmp_path, Shape.SINGLE):
        pass
    with (
        pytest.raises(FolderError, match="of shape single, not replicated"),
        open_folder(tmp_path, Shape.REPLICATED),
    ):
        pass


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"shape": "single"}', '{"other": 1}', "\xff"])
def test_a_damaged_identity_is_told(tmp_path, text):
    (tmp_path / "identity.json").write_text(text, encoding="latin-1")
    with pytest.raises(FolderError, match="is damaged"), open_folder(tmp_path, Shape.SINGLE):
        pass


@pytest.mark.parametrize("name", ["%(here)s", "two\nlines"])
def test_a_name_that_no_configuration_can_hold_is_refused(tmp_path, name):
    with pytest.raises(FolderError, match="choose another"), open_folder(tmp_path / name, Shape.SINGLE):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_folders_place_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(FolderError, match="cannot use the data folder"),
        open_folder(tmp_path / "file", Shape.SINGLE),
    ):
        pass


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="only Linux has these calls in Python")
@pytest.mark.parametrize("code", [errno.ENOTSUP, errno.EPERM, errno.ENOSPC])
def test_a_file_system_without_extended_attributes_is_told(tmp_path, monkeypatch, code):
    def refuse(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "setxattr", refuse)
    with (
        pytest.raises(FolderError, match=r"no user extended attributes.*--data"),
        open_folder(tmp_path, Shape.SINGLE),
    ):
        pass


def test_errors_of_the_folders_user_stay_what_they_are(tmp_path):
    with pytest.raises(FileNotFoundError), open_folder(tmp_path, Shape.SINGLE):
        raise FileNotFoundError
