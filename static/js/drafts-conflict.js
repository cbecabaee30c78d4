// The same draft was changed in another tab: both texts are shown, and kept until one is chosen.
document.addEventListener("conflict", (event) => {
  const form = event.target
  const text = form.querySelector("textarea")
  const dialog = form.querySelector("[data-conflict]")
  const { seq, body } = event.detail
  dialog.querySelector("[data-mine]").value = text.value
  dialog.querySelector("[data-theirs]").value = body
  dialog.onclick = ({ target: { value } }) => {
    if (value !== "mine" && value !== "theirs") return
    form.dataset.seq = seq
    if (value === "theirs") text.value = body
    dialog.close()
    form.dispatchEvent(new Event("draft:keep", { bubbles: true }))
    form.dispatchEvent(new Event("draft:save", { bubbles: true }))
  }
  if (!dialog.open) dialog.showModal()
})
