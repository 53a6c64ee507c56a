'use strict';
// A key that does not answer is said on the page, not only in the console.
document.addEventListener('allauth.error', (event) => {
  event.preventDefault();
  document.getElementById('key-fault').hidden = false;
});
