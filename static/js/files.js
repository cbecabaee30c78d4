// Files given to a composer go up one after the other, with progress; each lands as Markdown at the caret.
let queue = Promise.resolve()
const entered = new WeakSet() // texts whose caret was put somewhere; in others it stands before the first word
const box = (form) => form?.querySelector("[data-files]")

const row = (files, file) => {
  const line = files.querySelector("[data-row=going]").content.firstChild.cloneNode(true)
  line.querySelector("[data-name]").textContent = file.name
  line.querySelector("progress").ariaLabel = file.name
  files.querySelector("[data-going]").append(line)
  return line
}

const fail = (line, text) => {
  const error = line.querySelector("[data-error]")
  Object.assign(error, { textContent: text, hidden: false })
  line.querySelector("progress").remove()
}

const place = (form, text) => {
  const [area, other] = [form.querySelector("textarea"), document.activeElement]
  if (area.hidden) form.querySelector("[data-view=write]").click()
  const at = entered.has(area) ? area.selectionEnd : area.value.length
  area.setSelectionRange(at, at)
  const [said, gap] = [area.value.slice(0, at), text.startsWith("!") ? "\n\n" : "\n"] // a picture is a paragraph
  const before = !said || said.endsWith(gap) ? "" : said.endsWith("\n") ? "\n" : gap
  area.dispatchEvent(new CustomEvent("compose", { bubbles: true, detail: { text: before + text + gap } }))
  if (other !== area && other.closest("[data-files]")) other.focus() // somebody describes the picture before
}

const finish = (form, line, { markdown, note }) => {
  line.remove()
  place(form, markdown)
  if (note) document.dispatchEvent(new CustomEvent("toast", { detail: { text: note } }))
}

const reason = ({ response, status }) => {
  if (response.startsWith("{")) return JSON.parse(response).error
  return status === 413 ? response : document.querySelector("#words").dataset.failed
}

const send = (form, file, line) => new Promise((done) => {
  const [request, words] = [new XMLHttpRequest(), new FormData()]
  words.append("file", file)
  request.upload.onprogress = ({ loaded, total }) => { line.querySelector("progress").value = loaded / total }
  request.onloadend = () => {
    if (request.status === 201) finish(form, line, JSON.parse(request.response))
    else fail(line, reason(request))
    done()
  }
  line.querySelector("[data-stop]").addEventListener("click", () => request.abort())
  request.open("POST", "/files/")
  request.setRequestHeader("X-CSRFToken", form.querySelector("[name=csrfmiddlewaretoken]").value)
  request.send(words)
})

const take = (form, chosen) => {
  const files = box(form)
  for (const file of chosen) {
    const line = row(files, file)
    if (file.size > files.dataset.largest) fail(line, files.dataset.tooLarge)
    else queue = queue.then(() => line.isConnected && send(form, file, line))
  }
}

document.addEventListener("click", (event) => event.target.closest("[data-stop]")?.parentNode.remove())
document.addEventListener("focusin", ({ target }) => entered.add(target))
document.addEventListener("files:given", ({ target, detail }) => take(target, detail))

// Sent while something is still on its way, the form waits for it.
document.addEventListener("submit", (event) => {
  const [form, button] = [event.target, event.submitter]
  if (!box(form)?.querySelector("progress")) return
  event.preventDefault()
  queue.then(() => box(form).querySelector("[data-error]:not([hidden])") || form.requestSubmit(button))
})
