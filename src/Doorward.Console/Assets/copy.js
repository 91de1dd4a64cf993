// Copies the lines of the list that a button names, and says so in the status beside it. Without script there is no such button.
for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    const lines = [...document.getElementById(button.dataset.copy).children].map(line => line.textContent.trim());
    await navigator.clipboard.writeText(lines.join('\n'));
    button.parentElement.querySelector('[role=status]').textContent = button.dataset.done;
  });
}
