"""One interface over “somewhere with files”: this computer, or a server."""
