// data-dialog="id" opens a <dialog>; data-key-help fetches the page of keys into one.
const show = async (link) => {
  const answer = await fetch(link.href)
  if (!answer.ok) return void (location.href = link.href)
  const dialog = document.createElement("dialog")
  dialog.className = "dialog"
  dialog.setAttribute("aria-label", link.textContent)
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  dialog.append(page.querySelector("main > *"))
  const close = Object.assign(document.createElement("button"), { type: "button", className: "dialog-close button button-plain button-icon", ariaLabel: document.querySelector("#words").dataset.close })
  close.dataset.dialogClose = ""
  close.append(Object.assign(document.createElement("i"), { className: "icon icon-close" }))
  dialog.append(close)
  dialog.addEventListener("close", () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]")
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal()
  const help = event.target.closest("[data-key-help]")
  if (help && !event.ctrlKey && !event.metaKey) {
    event.preventDefault()
    show(help)
  }
  const dialog = event.target.closest("dialog[open]")
  // The backdrop is the dialog itself; everything inside is some child.
  if (dialog && (event.target === dialog || event.target.closest("[data-dialog-close]"))) dialog.close()
})
