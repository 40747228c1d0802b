// The stand-in's settings, spaces and profile.
import type { SettingsCommands } from "../types";
import { failure, type World } from "./world";

export function settingsCommands(world: World): SettingsCommands {
  const find = (id: string) => {
    const space = world.spaces.find((row) => row.id === id);
    if (space === undefined) throw failure("SYS-404", "There is no such space.", "Nothing was changed.", "Look at the list of spaces again.");
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
    persona: async () => world.persona.map((field) => ({ ...field })),
    personaSet: async (name, value) => {
      world.persona = world.persona.map((field) => (field.field === name ? { ...field, value } : field));
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
      if (find(id).current) throw failure("SYS-410", "The space that is open cannot be removed.", "Nothing was changed.", "Open another space first.");
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
      errors: [
        { code: "VLT-101", title: "The passphrase did not open the vault.", safe: "Nothing was changed.", todo: "Try again, or use the recovery kit." },
        { code: "VLT-120", title: "Records could not be read: the file is damaged.", safe: "The safe copy is complete.", todo: "Repair from the safe copy." },
        { code: "VLT-140", title: "This vault was written by a newer Satchel.", safe: "It was not touched.", todo: "Update Satchel." },
        { code: "CON-401", title: "The platform ended your session.", safe: "All records.", todo: "Sign in to the platform." },
        { code: "BPK-501", title: "The backpack does not match: records differ.", safe: "Your vault is unchanged.", todo: "Pack again, or keep the old one." },
      ],
    }),
  };
}
