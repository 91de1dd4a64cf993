// Closes the window that the console opened for a confirmation; browsers let scripts close no other, and the page says so.
window.close();
