/** What a mail's link opens. The token stays in this script: it is sent to our own API and to nobody else. */
const TITLES = {
  verify_email: "Confirm your address",
  reset_password: "Set a new password",
  invitation: "Accept an invitation",
};
const FORMS = [...Object.keys(TITLES), "second_factor"];
const LOST = { detail: "The server can't be reached. Look at your connection and try again." };

let token = "";
let mfaToken = "";

const byId = (id) => document.getElementById(id);

function show(id) {
  for (const each of [...FORMS, "nothing"]) byId(each).hidden = each !== id;
}

/** Reads the link out of the address, and cuts it from the address bar and from the history. */
function takeLink() {
  const [[purpose, value] = []] = new URLSearchParams(location.hash.slice(1));
  if (location.hash !== "") history.replaceState(null, "", location.pathname);
  const known = value && Object.hasOwn(TITLES, purpose);
  token = known ? value : "";
  mfaToken = "";
  byId("title").textContent = known ? TITLES[purpose] : "A link from a mail";
  for (const id of ["problem", "outcome"]) byId(id).replaceChildren();
  for (const form of document.forms) form.reset();
  setShown(false);
  show(known ? purpose : "nothing");
}

/** The answer's body, or a throw of its problem. No cookie goes along. */
async function post(path, body, accessToken) {
  const headers = { "content-type": "application/json" };
  if (accessToken !== undefined) headers.authorization = `Bearer ${accessToken}`;
  const answer = await fetch(path, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    credentials: "omit",
  }).catch(() => Promise.reject(LOST));
  const text = await answer.text();
  const isJson = text !== "" && (answer.headers.get("content-type") ?? "").includes("json");
  const json = isJson ? JSON.parse(text) : {};
  if (!answer.ok)
    throw json.detail === undefined ? { detail: `The server answered ${answer.status}.` } : json;
  return json;
}

function tell({ detail = "Something went wrong on this page. Open the link again.", errors = [] }) {
  const summary = document.createElement("p");
  summary.textContent = detail;
  const list = document.createElement("ul");
  for (const { message, path } of errors) {
    const item = document.createElement("li");
    item.textContent = path === "" || path === "token" ? message : `${path.replaceAll("_", " ")}: ${message}`;
    list.append(item);
  }
  byId("problem").replaceChildren(summary, ...(errors.length > 0 ? [list] : []));
}

function finish(outcome) {
  token = "";
  show(undefined);
  byId("outcome").textContent = outcome;
  byId("title").focus();
}

/** The session is opened for this one call, so it ends with it, also where the call was refused. */
async function acceptWith({ access_token, refresh_token }) {
  try {
    await post("/v1/invitations/accept", { token }, access_token);
  } catch (problem) {
    show("invitation");
    throw problem;
  } finally {
    await post("/v1/auth/logout", { refresh_token }).catch(() => {});
  }
  finish("You are a member of the desk now. Log in and switch to it.");
}

const ACTIONS = {
  async verify_email() {
    await post("/v1/auth/email/verify", { token });
    finish("Your address is confirmed. You can close this page.");
  },
  async reset_password(form) {
    await post("/v1/auth/password/reset", { token, new_password: form.get("new_password") });
    finish("Your new password is set. Log in with it.");
  },
  async invitation(form) {
    const login = await post("/v1/auth/login", { email: form.get("email"), password: form.get("password") });
    if (login.mfa_required !== true) return await acceptWith(login);
    mfaToken = login.mfa_token;
    show("second_factor");
    byId("code").focus();
  },
  async second_factor(form) {
    const code = form.get("code").trim();
    await acceptWith(await post("/v1/auth/mfa/verify", { mfa_token: mfaToken, code }));
  },
};

async function submit(event) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  byId("problem").replaceChildren();
  button.disabled = true;
  try {
    await ACTIONS[form.id](new FormData(form));
  } catch (problem) {
    tell(problem);
  } finally {
    button.disabled = false;
  }
}

function setShown(shown) {
  byId("new_password").type = shown ? "text" : "password";
}

for (const form of document.forms) form.addEventListener("submit", submit);
byId("show_password").addEventListener("change", ({ target }) => setShown(target.checked));
addEventListener("hashchange", takeLink);
takeLink();
