// The toolbar: Markdown around what is selected. insertText keeps the browser's own undo.
const wraps = { bold: ["**", "**"], italic: ["_", "_"], link: ["[", "](https://)"], code: ["`", "`"] }
const lines = { quote: "> ", list: "- " }

const insert = (area, text, from, to) => {
  area.focus()
  area.setSelectionRange(from, to)
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, from, to, "end")
  area.dispatchEvent(new Event("input", { bubbles: true }))
}

const mark = (area, kind) => {
  let { selectionStart: from, selectionEnd: to } = area
  const chosen = area.value.slice(from, to)
  if (lines[kind]) {
    from = area.value.lastIndexOf("\n", from - 1) + 1
    return insert(area, area.value.slice(from, to).replace(/^/gm, lines[kind]), from, to)
  }
  const [before, after] = kind === "code" && chosen.includes("\n") ? ["```\n", "\n```"] : wraps[kind]
  insert(area, before + chosen + after, from, to)
  area.setSelectionRange(from + before.length, from + before.length + chosen.length)
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-mark]")
  if (button) mark(button.form.querySelector("textarea"), button.dataset.mark)
})

document.addEventListener("keydown", (event) => {
  const kind = { b: "bold", i: "italic", k: "link" }[event.key]
  if (!kind || !(event.ctrlKey || event.metaKey) || !event.target.matches("[data-composer] textarea")) return
  event.preventDefault()
  mark(event.target, kind)
})

// Other behaviours (emoji, mentions, quotes) put text in through here.
document.addEventListener("compose", ({ target, detail }) => {
  insert(target, detail.text, detail.from ?? target.selectionStart, target.selectionEnd)
})
