// One line in the status region: from a "toast" event, or from a request that failed.
const region = document.querySelector("#toasts")
const words = document.querySelector("#words")?.dataset ?? {}

const leave = (toast, seconds) => setTimeout(() => toast.remove(), seconds * 1000)

const say = ({ text, bad }) => {
  const toast = document.createElement("p")
  toast.className = bad ? "toast toast-bad" : "toast"
  toast.textContent = text
  const close = document.createElement("button")
  close.type = "button"
  close.textContent = words.close
  close.addEventListener("click", () => toast.remove())
  toast.append(close)
  region.append(toast)
  leave(toast, bad ? 12 : 6)
}

// A refusal answers in plain text with its reason; anything else is a page nobody asked to see here.
const reason = (xhr) => {
  const plain = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain")
  return plain && xhr.responseText.length < 300 ? xhr.responseText : words.failed
}

document.addEventListener("toast", (event) => say(event.detail))
document.addEventListener("htmx:responseError", (event) => say({ text: reason(event.detail.xhr), bad: true }))
document.addEventListener("htmx:sendError", () => say({ text: words.failed, bad: true }))
for (const toast of region?.children ?? []) leave(toast, 8)
