// ---- the fleet: this machine and the others, as each told last ----
const machineState = { live: ["good", "at work"], silent: ["near", "silent"], dead: ["bad", "given up"] };
const bytes = (value) => !known(value) ? "–" : value < 1e3 ? count(value) + " B" : value < 1e6 ? fixed(value / 1e3) + " kB" : fixed(value / 1e6) + " MB";
function pill(id, name, words) {
  $(id).hidden = !words;
  set($(id), words);
  tone($(id), name);
}
function showFleetHead(s) {
  const fleet = s.fleet, away = fleet.database_away_seconds > 0;
  set($("fleet-head"), "Fleet " + fleet.name);
  pill("fleet-phase", "calm", "this machine " + (ended(s) && fleet.phase !== "has left" ? "has ended" : fleet.phase));
  pill("fleet-live", "good", count(fleet.machines_live) + " at work");
  pill("fleet-silent", "near", fleet.machines_silent > 0 ? count(fleet.machines_silent) + " silent" : "");
  pill("fleet-dead", "bad", fleet.machines_dead > 0 ? count(fleet.machines_dead) + " given up" : "");
  pill("fleet-database", away ? "bad" : "good", ended(s) ? "" : away ? "the database has not answered for " + duration(fleet.database_away_seconds + age())
    : "the database answers in " + latency(1000 * fleet.tick_seconds));
  const tiles = [
    ["artists done by all machines", count(fleet.done), known(fleet.failed) ? count(fleet.failed) + " failed" : ""],
    ["artists a second, all machines", fixed(fleet.artists_per_second), ""],
    ["chunks done", known(fleet.chunks_open) ? count(fleet.chunks - fleet.chunks_open) : "–", "of " + count(fleet.chunks)],
    ["leased to this machine", count(fleet.leased), "artists to do"],
    ["not handed in here", bytes(fleet.unshipped_bytes), count(fleet.lines) + " lines handed in" + (fleet.late > 0 ? ", " + count(fleet.late) + " too late" : "")],
  ];
  each($("fleet-tiles"), tiles, () => make("div", "tile", make("span"), make("b"), make("span")), (tile, texts) => texts.forEach((text, i) => set(tile.children[i], text)));
}
function makeMachine() {
  const bar = make("div", "bar plain", make("i"));
  bar.setAttribute("role", "meter");
  bar.setAttribute("aria-valuemin", "0");
  bar.setAttribute("aria-valuemax", "100");
  bar.setAttribute("aria-label", "Share of the limit");
  const row = make("tr", "", make("td", "", make("span"), make("span", "soft")), make("td", "", make("span", "pill")), make("td", "", make("span", "share calm", make("span"), bar)));
  for (let i = 3; i < 10; i++) row.append(make("td", ["", "wide", "wide", "", "wide", "wide some", ""][i - 3]));
  return row;
}
function showMachine(row, machine) {
  const gone = machine.state === "dead";
  const [name, words] = machineState[machine.state] || ["", machine.state];
  const share = row.children[2].firstElementChild;
  row.classList.toggle("gone", gone);
  set(row.children[0].firstElementChild, machine.host);
  set(row.children[0].lastElementChild, " " + machine.member);
  set(row.children[1].firstElementChild, machine.self && machine.state === "live" ? "this one" : words);
  tone(row.children[1].firstElementChild, name);
  set(share.firstElementChild, gone ? "–" : percent(machine.share_percent));
  meter(share.lastElementChild, gone ? 0 : machine.share_percent);
  [fixed(machine.artists_per_second), count(machine.in_flight), count(machine.waiting), count(machine.done), count(machine.failed), count(machine.workers)]
    .forEach((text, i) => set(row.children[i + 3], gone && i !== 3 && i !== 4 ? "–" : text));
  set(row.children[9], machine.silent_seconds < 10 ? fixed(machine.silent_seconds) + " s" : duration(machine.silent_seconds));
}
function showFleet(s) {
  $("fleet").hidden = !s.fleet;
  for (const node of document.querySelectorAll(".of-fleet")) node.hidden = !s.fleet;
  if (!s.fleet) return;
  const fleet = s.fleet, all = fleet.machines_live + fleet.machines_silent + fleet.machines_dead;
  $("p-others").style.width = 100 * fleet.others / Math.max(1, s.artists.total) + "%";
  set($("n-others"), count(fleet.others));
  showFleetHead(s);
  each($("machines"), fleet.machines, makeMachine, showMachine);
  $("fleet-more").hidden = all <= fleet.machines.length;
  set($("fleet-more"), "and " + count(all - fleet.machines.length) + (all - fleet.machines.length === 1 ? " more machine" : " more machines"));
}
