// What this device kept: put back when the page opens, dropped once the words are seen published.
const copies = () => Object.keys(localStorage).filter((name) => name.startsWith("draft:"))

const flat = (text) => text.replace(/[\s*_`>#-]+/g, " ").trim()

const published = ({ body, sent }) => {
  if (!sent) return false
  const said = [...document.querySelectorAll(".post .prose")].map((prose) => flat(prose.textContent))
  return said.some((text) => text.includes(flat(body).slice(0, 60)))
}

const restore = (form, name, copy) => {
  const text = form.querySelector("textarea")
  const done = copy.sent && !text.value && copy.seq !== form.dataset.seq
  if (done || !copy.body || copy.body === text.value) return localStorage.removeItem(name)
  text.value = copy.body
  for (const [named, value] of Object.entries(copy.fields ?? {})) {
    const field = form.elements[named]
    if (field?.matches?.("input:not([type=hidden]), textarea") && !field.value) field.value = value
  }
  form.dataset.seq = copy.seq
  form.dataset.dirty = "yes"
  const [line, says] = [form.querySelector("[data-status]"), form.querySelector("[data-says]").dataset]
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: says.discard })
  button.dataset.discardDraft = ""
  line.replaceChildren(says.restored, " · ", button)
  setTimeout(() => form.dispatchEvent(new Event("draft:save", { bubbles: true })), 4000)
}

for (const name of copies()) {
  const copy = JSON.parse(localStorage.getItem(name))
  const form = document.querySelector(`form[data-draft-url="${CSS.escape(name.slice(6))}"]`)
  if (published(copy)) localStorage.removeItem(name)
  else if (form) restore(form, name, copy)
}
