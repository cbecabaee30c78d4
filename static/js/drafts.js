// Text being written is saved to the server (data-draft-url, data-seq) and, until that succeeds, on this device.
// A lost network, an expired log-in or a second tab never cost a word.
const key = (form) => `draft:${form.dataset.draftUrl}`
const area = (form) => form.querySelector("textarea")
const [timers, waits] = [new WeakMap(), new WeakMap()]

const status = (form, word, ending) => {
  const [line, says] = [form.querySelector("[data-status]"), form.querySelector("[data-says]").dataset]
  line.textContent = says[word]
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: says.discard })
  button.dataset.discardDraft = ""
  if (ending) line.append(" · ", button)
}

const fields = (form) => {
  const sent = new URLSearchParams(new FormData(form))
  for (const name of ["csrfmiddlewaretoken", "file", "alt"]) sent.delete(name)
  sent.set("seq", form.dataset.seq)
  return sent
}

const post = (form, body) => fetch(form.dataset.draftUrl, {
  method: "POST", redirect: "manual", keepalive: String(body).length < 60000, body,
  headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value, Accept: "application/json" },
}).catch(() => ({ status: -1 }))

const keep = (form, sent = false) => {
  try {
    localStorage.setItem(key(form), JSON.stringify({ body: area(form).value, fields: Object.fromEntries(fields(form)), seq: form.dataset.seq, sent }))
  } catch { /* a full or forbidden store: the server copy is still being tried */ }
}

const later = (form, milliseconds) => {
  clearTimeout(timers.get(form))
  timers.set(form, setTimeout(save, milliseconds, form))
}

const clean = (form) => {
  delete form.dataset.dirty
  waits.delete(form)
  localStorage.removeItem(key(form))
}

const save = async (form) => {
  if (form.dataset.sent || !form.isConnected || form.querySelector("dialog[open]")) return
  const text = area(form).value
  const answer = await post(form, fields(form))
  if (answer.status === 200) {
    form.dataset.seq = (await answer.json()).seq
    if (area(form).value !== text) return later(form, 800)
    clean(form)
    return status(form, "saved", true)
  }
  if (answer.status === 409) return form.dispatchEvent(new CustomEvent("conflict", { bubbles: true, detail: await answer.json() }))
  if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) return status(form, "signedOut")
  status(form, "offline")
  waits.set(form, Math.min((waits.get(form) || 2500) * 2, 60000))
  later(form, waits.get(form))
}

document.addEventListener("input", (event) => {
  const form = event.target.form
  if (!form?.dataset.draftUrl) return
  form.dataset.dirty = "yes"
  keep(form)
  later(form, 1200)
})

document.addEventListener("submit", (event) => {
  const form = event.target
  if (!form.dataset.draftUrl || event.defaultPrevented) return
  clearTimeout(timers.get(form))
  keep(form, true)
})

document.addEventListener("click", async (event) => {
  const form = event.target.closest("[data-discard-draft]")?.form
  if (!form) return
  clearTimeout(timers.get(form))
  const answer = await post(form, new URLSearchParams({ seq: form.dataset.seq, discard: "1" }))
  if (answer.status === 200) form.dataset.seq = (await answer.json()).seq
  clean(form)
  if ("discardReloads" in form.dataset) return location.reload() // an edit begins again with what is published
  area(form).value = form.querySelector("[data-status]").textContent = ""
  area(form).focus()
})

document.addEventListener("draft:save", (event) => later(event.target, 0))
document.addEventListener("draft:keep", (event) => keep(event.target))
addEventListener("online", () => document.querySelectorAll("form[data-dirty][data-draft-url]").forEach((form) => later(form, 0)))
