// A permalink: the click still goes there, and the whole address is on the clipboard. A button copies the words it names.
const copy = async (words, text) => {
  await navigator.clipboard.writeText(words)
  document.dispatchEvent(new CustomEvent("toast", { detail: { text } }))
}

for (const button of document.querySelectorAll("[data-copy-of]")) button.hidden = !navigator.clipboard

document.addEventListener("click", (event) => {
  if (!navigator.clipboard) return
  const link = event.target.closest("a[data-copy]")
  const button = event.target.closest("[data-copy-of]")
  if (link) copy(link.href, document.querySelector("#words").dataset.copied)
  else if (button) copy(document.getElementById(button.dataset.copyOf).textContent, button.dataset.copied)
})
