/** The emoji names a bookkeeping conversation is likely to use. */

const NAMES = {
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", warning: "⚠️",
  no_entry: "⛔", no_entry_sign: "🚫", rotating_light: "🚨", information_source: "ℹ️", bulb: "💡",
  question: "❓", exclamation: "❗", bell: "🔔", no_bell: "🔕", mega: "📣", loudspeaker: "📢",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", clock3: "🕒", calendar: "📅", date: "📅",
  spiral_calendar_pad: "🗓️", link: "🔗", lock: "🔒", unlock: "🔓", key: "🔑", gear: "⚙️", wrench: "🔧",
  hammer_and_wrench: "🛠️", mag: "🔍", arrows_counterclockwise: "🔄", repeat: "🔁", arrow_right: "➡️",
  arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", arrow_forward: "▶️", black_right_pointing_triangle: "▶️",
  leftwards_arrow_with_hook: "↩️", heavy_plus_sign: "➕", heavy_minus_sign: "➖", red_circle: "🔴",
  large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵",
  white_circle: "⚪", black_circle: "⚫", large_green_square: "🟩", large_yellow_square: "🟨",
  large_red_square: "🟥", small_blue_diamond: "🔹", small_orange_diamond: "🔸", star: "⭐", sparkles: "✨",
  tada: "🎉", rocket: "🚀", fire: "🔥", eyes: "👀", wave: "👋", "+1": "👍", thumbsup: "👍", "-1": "👎",
  thumbsdown: "👎", ok_hand: "👌", clap: "👏", pray: "🙏", muscle: "💪", raised_hands: "🙌",
  point_right: "👉", point_left: "👈", point_up: "☝️", point_down: "👇", slightly_smiling_face: "🙂",
  smile: "😄", grinning: "😀", joy: "😂", thinking_face: "🤔", heart: "❤️", green_heart: "💚",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", office: "🏢", bank: "🏦", briefcase: "💼",
  page_facing_up: "📄", receipt: "🧾", bookmark_tabs: "📑", file_folder: "📁", open_file_folder: "📂",
  card_index_dividers: "🗂️", clipboard: "📋", pushpin: "📌", round_pushpin: "📍", paperclip: "📎",
  inbox_tray: "📥", outbox_tray: "📤", package: "📦", books: "📚", ledger: "📒", pencil: "✏️", pencil2: "✏️",
  memo: "📝", wastebasket: "🗑️", bar_chart: "📊", chart_with_upwards_trend: "📈",
  chart_with_downwards_trend: "📉", moneybag: "💰", credit_card: "💳", pound: "💷", dollar: "💵", euro: "💶",
  robot_face: "🤖", zap: "⚡", seedling: "🌱", herb: "🌿", coffee: "☕", zzz: "💤", speech_balloon: "💬",
  envelope: "✉️", email: "✉️", telephone_receiver: "📞", construction: "🚧", shield: "🛡️", recycle: "♻️",
  checkered_flag: "🏁", triangular_flag_on_post: "🚩", "100": "💯", one: "1️⃣", two: "2️⃣", three: "3️⃣",
};

export function emoji(name) {
  return NAMES[name.split("::")[0]] ?? null;
}

/** Plain text with `:names:` replaced where we know them. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name) ?? whole);
}
