// A permalink: the click still goes there, and the whole address is on the clipboard.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-copy]")
  if (!link || !navigator.clipboard) return
  await navigator.clipboard.writeText(link.href)
  const text = document.querySelector("#words").dataset.copied
  document.dispatchEvent(new CustomEvent("toast", { detail: { text } }))
})
