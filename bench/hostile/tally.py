"""What an attack came to, counted by the attacker."""

from dataclasses import dataclass, field


@dataclass
class Tally:
    """`offered` is what was to be sent, `sent` what went out; `answers` counts by status.

    `opened` connections in all, `most_open` at a time; `closed` by the server before the attack ended.
    """

    seconds: float = 0.0
    opened: int = 0
    most_open: int = 0
    closed: int = 0
    offered: int = 0
    sent: int = 0
    sent_bytes: int = 0
    answers: dict[int, int] = field(default_factory=dict)

    def answered(self, status: int) -> None:
        self.answers[status] = self.answers.get(status, 0) + 1
