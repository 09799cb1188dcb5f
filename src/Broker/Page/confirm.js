// Asks for a yes in the page before something is stopped.

const dialog = document.getElementById('confirm');
const title = document.getElementById('confirm-title');
const text = document.getElementById('confirm-text');
const yes = document.getElementById('confirm-yes');

yes.addEventListener('click', () => dialog.close('yes'));
document.getElementById('confirm-no').addEventListener('click', () => dialog.close('no'));

/** True once the person says yes; false where the dialog is closed in any other way. */
export function confirm(question, consequence, yesLabel) {
  title.textContent = question;
  text.textContent = consequence;
  yes.textContent = yesLabel;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
