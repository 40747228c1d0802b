// The stand-in's settings, spaces and profile.
import words from "$assets/errors/en.json";
import type { MailServer, SettingsCommands } from "../types";
import { failure, type World } from "./world";

export function settingsCommands(world: World): SettingsCommands {
  const find = (id: string) => {
    const space = world.spaces.find((row) => row.id === id);
    if (space === undefined) throw failure("SYS-713", "There is no such space.", "Nothing was changed.", "Look at the list of spaces again.");
    return space;
  };
  const add = (name: string, madeUp: boolean) => {
    const id = `space-${world.spaces.length + 1}-${name.length}`;
    world.spaces = [...world.spaces, { id, name, madeUp, records: madeUp ? 4212 : 0, current: false }];
    world.emit("vaultChanged", null);
    return id;
  };
  return {
    settings: async () => ({ ...world.settings }),
    settingsSet: async (settings) => {
      world.settings = { ...settings };
      world.emit("vaultChanged", null);
    },
    mailSettings: async () => (world.notes.get("mail") as MailServer | undefined) ?? { host: "", port: 587, security: "starttls", user: "", from: "", authority: "", hasPassword: false },
    setMailSettings: async (server, password) => {
      const kept = (world.notes.get("mail") as MailServer | undefined)?.hasPassword ?? false;
      world.notes.set("mail", { ...server, hasPassword: password === null ? kept : password !== "" });
    },
    testMail: async (to) => {
      if (!to.includes("@")) throw failure("CON-415", "This is no e-mail address.", "Nothing was asked and nothing was changed.", "Write the address under which the platform knows you.");
    },
    persona: async () => world.persona.map((field) => ({ ...field })),
    personaSet: async (name, value) => {
      if (name === "birth_date" && value > "2026-11-22") throw { ...failure("SYS-712", "This value does not fit.", "Nothing was changed.", "Change it and try again."), details: "birth_date: a day in the past" };
      world.persona = world.persona.map((field) => (field.field === name ? { ...field, value } : field));
      world.changed("persona");
    },
    memberships: async () => world.memberships.map((one) => ({ ...one })),
    membershipPut: async (membership) => {
      if (!/^[a-z0-9_]{1,60}$/.test(membership.cooperative)) throw { ...failure("SYS-712", "This value does not fit.", "Nothing was changed.", "Change it and try again."), details: "peer id: 1 to 60 letters a to z, digits or _" };
      world.memberships = [...world.memberships.filter((one) => one.cooperative !== membership.cooperative), { ...membership }];
      world.changed("persona");
    },
    membershipRemove: async (cooperative) => {
      world.memberships = world.memberships.filter((one) => one.cooperative !== cooperative);
      world.changed("persona");
    },
    spaces: async () => world.spaces.map((space) => ({ ...space })),
    spaceAdd: async (name) => add(name, false),
    spaceAddMadeUp: async () => add("Made-up data", true),
    spaceRename: async (id, name) => {
      find(id).name = name;
      world.emit("vaultChanged", null);
    },
    spaceRemove: async (id) => {
      if (find(id).current) throw failure("SYS-712", "The space that is open cannot be removed.", "Nothing was changed.", "Open another space first.");
      world.spaces = world.spaces.filter((space) => space.id !== id);
      world.emit("vaultChanged", null);
    },
    spaceSwitch: async (id) => {
      find(id);
      world.spaces = world.spaces.map((space) => ({ ...space, current: space.id === id }));
      world.emit("vaultChanged", null);
    },
    about: async () => ({
      version: "0.1.0",
      place: world.place,
      port: 7411,
      licence: "Apache-2.0",
      errors: Object.entries(words).map(([code, error]) => ({ code, ...error })),
    }),
  };
}
