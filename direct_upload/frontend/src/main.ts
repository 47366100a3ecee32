document.title = "Direct Upload";
