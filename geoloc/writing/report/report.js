"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const all = (query, within = document) => [...within.querySelectorAll(query)];
  const one = (query) => document.querySelector(query);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

  // Light and dark: the system's choice until the reader makes one.
  const root = document.documentElement;
  const button = one("#theme");
  const shade = (dark) => {
    root.dataset.theme = dark ? "dark" : "light";
    button.textContent = dark ? "Light" : "Dark";
    button.setAttribute("aria-label", dark ? "Light colours" : "Dark colours");
  };
  const system = matchMedia("(prefers-color-scheme: dark)");
  shade(system.matches);
  button.hidden = false;

  // The map. All longitudes are brought within 180 degrees of the middle of the places.
  const [coarse, fine] = data.scales;
  const map = L.map("map", { preferCanvas: true, zoomSnap: 0.25, minZoom: 1, maxZoom: 15, zoomAnimation: !calm, fadeAnimation: !calm, attributionControl: false });
  const [west, south, east, north] = data.box;
  const home = [[south, west], [north, east]];
  map.fitBounds(home, { animate: false });
  L.control.attribution({ prefix: false }).addAttribution("© OpenStreetMap contributors · GeoNames · Natural Earth").addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const places = (steps, scale, turn) => {
    const line = [];
    let x = steps[0], y = steps[1];
    line.push([y / scale, x / scale + turn]);
    for (let i = 2; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      line.push([y / scale, x / scale + turn]);
    }
    return line;
  };
  const read = (lines, scale, turn = 0) => lines.map((steps) => places(steps, scale, turn));
  const turns = data.middle > 60 ? [0, 360] : data.middle < -60 ? [0, -360] : [0];
  const styled = [];
  const draw = (layer, colours, style = {}) => {
    styled.push([layer, colours]);
    layer.setStyle({ interactive: false, ...style });
    return layer.addTo(map);
  };
  const canvas = L.canvas({ padding: 0.4 });
  const still = { interactive: false, renderer: canvas };
  for (const turn of turns) {
    draw(L.polygon(read(data.world.land, coarse, turn), { ...still, stroke: false, fillOpacity: 1 }), { fillColor: "--land" });
    draw(L.polyline(read(data.world.borders, coarse, turn), { ...still, weight: 1 }), { color: "--edge" });
  }
  if (data.near) {
    const [west, south, east, north] = data.near.box;
    draw(L.rectangle([[south, west], [north, east]], { ...still, stroke: false, fillOpacity: 1 }), { fillColor: "--sea" });
    draw(L.polygon(read(data.near.land, fine), { ...still, stroke: false, fillOpacity: 1 }), { fillColor: "--land" });
    draw(L.polyline(read(data.near.borders, fine), { ...still, weight: 1.2 }), { color: "--edge" });
  }
  for (const border of data.borders) {
    draw(L.polyline(read(border.lines, fine), { ...still, weight: 7, opacity: 0.18, lineJoin: "round" }), { color: "--accent" });
    draw(L.polyline(read(border.lines, fine), { ...still, weight: 2.2, lineJoin: "round" }), { color: "--accent" });
  }
  const pins = new Map();
  for (const pin of data.pins) {
    if (pin.foot) pin.way = draw(L.polyline([pin.at, pin.foot], { ...still, weight: 1.3, dashArray: "4 4" }), { color: "--ink" });
  }
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const paint = () => {
    for (const [layer, colours] of styled) {
      layer.setStyle(Object.fromEntries(Object.entries(colours).map(([key, name]) => [key, colour(name)])));
    }
  };
  paint();
  system.addEventListener("change", (event) => { shade(event.matches); paint(); });
  button.addEventListener("click", () => { shade(root.dataset.theme !== "dark"); paint(); });

  const label = (kind, text) => {
    const box = document.createElement("div");
    box.style.display = "contents";
    if (kind !== "country") box.append(document.createElement("i"));
    const name = document.createElement("span");
    name.textContent = text;
    box.append(name);
    return box;
  };
  const beside = (lon) => ((((lon - data.middle + 180) % 360) + 360) % 360) - 180 + data.middle;
  const mark = (at, kind, text, size, options) =>
    L.marker(at, { icon: L.divIcon({ className: kind, html: label(kind, text), iconSize: [size, size] }), ...options }).addTo(map);
  for (const [name, lat, lon] of data.towns) {
    mark([lat, beside(lon)], "town", name, 5, { interactive: false, keyboard: false, zIndexOffset: -1000 });
  }
  for (const [name, lat, lon] of data.countries) mark([lat, lon], "country", name, 0, { interactive: false, keyboard: false, zIndexOffset: -2000 });
  const card = (pin) => {
    const box = document.createElement("div");
    const line = (tag, text) => { const part = document.createElement(tag); part.textContent = text; box.append(part); };
    line("b", pin.n);
    if (pin.w) line("div", pin.w);
    if (pin.km) line("div", `${pin.km} from ${pin.to}${pin.side ? `, on the side of ${pin.side}` : ""}`);
    line("div", `${pin.at[0].toFixed(4)}, ${((((pin.at[1] + 180) % 360) + 360) % 360 - 180).toFixed(4)}${pin.c === null ? "" : ` · confidence ${pin.c.toFixed(2)}`}`);
    if (pin.area) line("div", "An area, shown at its label point");
    line("small", pin.id);
    return box;
  };
  [...data.pins].reverse().forEach((pin) => {
    const marker = mark(pin.at, `pin ${pin.level}${pin.area ? " area" : ""}`, pin.n, 13, {
      alt: pin.n, keyboard: true, riseOnHover: true, zIndexOffset: pin.area ? 0 : 500,
    });
    const element = marker.getElement();
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", [pin.n, pin.w, pin.km && `${pin.km} from the border`].filter(Boolean).join(", "));
    element.dataset.p = pin.p;
    marker.bindPopup(() => card(pin), { autoPanPadding: [30, 30] });
    marker.off("click keypress").on("click", () => pick(pin.p, "map"));
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      pick(pin.p, "map");
    });
    pins.set(pin.p, { pin, marker });
  });

  // Labels that would cover one another give way: towns to places, areas to towns that the text names.
  const sides = ["right", "left", "above", "below"];
  const declutter = () => {
    const frame = map.getContainer().getBoundingClientRect();
    const marks = [...data.pins.map((pin) => pins.get(pin.p).marker.getElement()), ...all(".town")].filter((mark) => !mark.hidden);
    const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const within = (a) => a.left >= frame.left && a.right <= frame.right && a.top >= frame.top && a.bottom <= frame.bottom;
    const dots = marks.filter((mark) => mark.classList.contains("pin")).map((mark) => mark.querySelector("i"));
    const taken = [...dots, ...all(".country span")].map((part) => part.getBoundingClientRect());
    for (const mark of marks) {
      mark.classList.remove("crowded", ...sides);
      const { left, right, top, bottom } = mark.querySelector("i").getBoundingClientRect();
      if (right < frame.left || left > frame.right || bottom < frame.top || top > frame.bottom) continue;
      const { width, height } = mark.querySelector("span").getBoundingClientRect();
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      const box = (left, top) => ({ left, top, right: left + width, bottom: top + height });
      const options = { right: box(right + 4, y - height / 2), left: box(left - 4 - width, y - height / 2), above: box(x - width / 2, top - 2 - height), below: box(x - width / 2, bottom + 2) };
      const side = Object.keys(options).find((name) => within(options[name]) && !taken.some((other) => meets(other, options[name])));
      mark.classList.add(side || "crowded");
      if (side) taken.push(options[side]);
    }
  };
  map.on("zoomend resize", declutter);
  declutter();

  const bar = L.control({ position: "topright" });
  bar.onAdd = () => {
    const box = L.DomUtil.create("div", "leaflet-bar");
    L.DomEvent.disableClickPropagation(box);
    const add = (text, act) => {
      const part = document.createElement("button");
      part.type = "button";
      part.textContent = text;
      part.addEventListener("click", () => act(part));
      box.append(part);
      return part;
    };
    add(data.borders.length ? "Near the border" : "Most places", () => map.fitBounds(home, { animate: !calm }));
    if (data.pins.length > 1) add("All places", () => map.fitBounds(data.pins.map((pin) => pin.at), { padding: [40, 40], animate: !calm }));
    if (data.tiles) {
      const tiles = L.tileLayer(data.tiles, { maxZoom: 19, attribution: "Tiles: their server" });
      const toggle = add("Online map", (part) => {
        const on = !map.hasLayer(tiles);
        if (on) tiles.addTo(map); else tiles.remove();
        canvas.getPane().style.mixBlendMode = on ? "multiply" : "";
        part.setAttribute("aria-pressed", on);
      });
      toggle.title = "Loads pictures from " + new URL(data.tiles.replace("{s}", "a")).host;
      toggle.setAttribute("aria-pressed", "false");
    }
    return box;
  };
  bar.addTo(map);

  // A click here shows there: in the text, in the table and on the map.
  const said = one("#said");
  const reach = (at) => {
    if (map.getBounds().contains(at)) return;
    map.fitBounds(L.latLngBounds(home).extend(at), { paddingTopLeft: [60, 150], paddingBottomRight: [150, 40], animate: false });
  };
  document.addEventListener("click", (event) => {
    const other = event.target.closest("button.other");
    if (!other) return;
    const [lat, lon] = other.dataset.at.split(",").map(Number);
    reach([lat, beside(lon)]);
    const box = document.createElement("div");
    box.textContent = `Could also be: ${other.textContent}`;
    L.popup({ autoPanPadding: [30, 30] }).setLatLng([lat, beside(lon)]).setContent(box).openOn(map);
    said.textContent = box.textContent;
  });
  const pick = (key, from) => {
    all(".picked").forEach((element) => element.classList.remove("picked"));
    const marks = all(`a.m[data-p="${key}"]`);
    const row = document.getElementById(`p${key}`);
    [...marks, ...(row ? [row] : [])].forEach((element) => element.classList.add("picked"));
    const glide = { behavior: calm ? "auto" : "smooth", block: "center" };
    if (from !== "text" && marks.length) marks[0].scrollIntoView(glide);
    if (from !== "table" && row) {
      row.hidden = false;
      row.scrollIntoView({ ...glide, block: "nearest" });
    }
    const found = pins.get(key);
    if (found) {
      found.marker.getElement().classList.add("picked");
      reach(found.pin.at);
      found.marker.openPopup();
      said.textContent = found.marker.getElement().getAttribute("aria-label");
    } else if (row) {
      map.closePopup();
      said.textContent = row.querySelector(".name").textContent;
    }
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.m[data-p], .lead a[data-p], button.name[data-p]");
    if (!link) return;
    event.preventDefault();
    pick(Number(link.dataset.p), link.matches("button") ? "table" : link.matches(".m") ? "text" : "lead");
  });

  // The table sorts and filters.
  const table = one("#places");
  if (table) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const value = (row, column, numeric) => {
      const cell = row.cells[column];
      if (!numeric) return (cell.querySelector(".name") || cell).textContent.trim();
      return cell.dataset.v === undefined ? null : Number(cell.dataset.v);
    };
    all("thead th", table).forEach((head, column) => {
      const sorter = document.createElement("button");
      sorter.type = "button";
      sorter.textContent = head.textContent;
      head.replaceChildren(sorter);
      const numeric = head.dataset.sort === "number";
      sorter.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        all("thead th", table).forEach((other) => other.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const keyed = rows.map((row) => [value(row, column, numeric), row]);
        keyed.sort(([a], [b]) => {
          if (a === null || b === null || a === "" || b === "") return (a === null || a === "") - (b === null || b === "");
          return (numeric ? a - b : a.localeCompare(b)) * (down ? -1 : 1);
        });
        body.append(...keyed.map(([, row]) => row));
      });
    });
    const tools = one(".tools");
    const find = one("#find"), which = one("#which"), count = one("#count");
    const kinds = {
      all: () => true,
      near: (row) => row.cells[1].dataset.v !== undefined && Number(row.cells[1].dataset.v) <= 25,
      unsure: (row) => !row.classList.contains("sure") && !row.classList.contains("open"),
      open: (row) => row.classList.contains("open"),
    };
    const filter = () => {
      const wanted = find.value.trim().toLowerCase();
      let shown = 0;
      for (const row of rows) {
        row.hidden = !(kinds[which.value](row) && row.cells[0].textContent.toLowerCase().includes(wanted));
        shown += !row.hidden;
        const found = row.dataset.p && pins.get(Number(row.dataset.p));
        if (found) found.marker.getElement().hidden = row.hidden;
        if (found && found.pin.way) found.pin.way.setStyle({ opacity: row.hidden ? 0 : 1 });
      }
      count.textContent = shown === rows.length ? `${shown} rows` : `${shown} of ${rows.length} rows`;
      declutter();
    };
    tools.hidden = false;
    tools.addEventListener("input", filter);
    tools.addEventListener("submit", (event) => event.preventDefault());
    filter();
    map.invalidateSize();
    map.fitBounds(home, { animate: false });
  }
})();
