// Files are picked, pasted or dropped on a composer that takes some.
const taker = (event) => {
  const form = event.target.closest?.("form")
  return form?.querySelector("[data-files]") ? form : null
}

const give = (form, files) => form.dispatchEvent(new CustomEvent("files:given", { bubbles: true, detail: [...files] }))

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-pick]")) return
  give(target.form, target.files)
  target.value = ""
})

for (const kind of ["dragover", "dragleave"]) {
  document.addEventListener(kind, (event) => {
    const form = taker(event)
    if (!form || !event.dataTransfer.types.includes("Files")) return
    event.preventDefault()
    form.toggleAttribute("data-over", kind === "dragover")
  })
}

for (const [kind, given] of [["drop", "dataTransfer"], ["paste", "clipboardData"]]) {
  document.addEventListener(kind, (event) => {
    const [form, { files, types }] = [taker(event), event[given]]
    form?.removeAttribute("data-over")
    // A cell of a table comes as text and as its picture: the text is meant.
    if (!form || !files.length || types.includes("text/plain")) return
    event.preventDefault()
    give(form, files)
  })
}
