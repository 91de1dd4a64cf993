// Ends a confirmation: at the sign-in host it goes on to the console for its new cookie; there it closes the window that the console
// opened. Browsers let scripts close no other, and the page says so.
const { next } = document.currentScript.dataset;
if (next) location.replace(next);
else window.close();
