// A few sounds of our own, made of tones. Nothing is fetched: a name that is not here is the plain one.

/** Tones in Hertz and how long each is, in milliseconds. */
type Tones = readonly (readonly [number, number])[];

const SOUNDS: Readonly<Record<string, Tones>> = {
  done: [[660, 90], [880, 140]],
  success: [[523, 80], [659, 80], [784, 140]],
  confirm: [[587, 90], [587, 120]],
  beep: [[880, 120]],
  drum: [[110, 140]],
  fail: [[330, 140], [220, 220]],
  warning: [[440, 120], [330, 180]],
  alert: [[440, 120], [330, 180]],
  phone: [[784, 120], [659, 120], [784, 120], [659, 120]],
  message: [[698, 90], [932, 110]],
  badges: [[932, 90]],
  notifications: [[698, 90], [880, 90], [1047, 130]],
};
const PLAIN: Tones = [[740, 110]];

let context: AudioContext | null = null;
let playing: OscillatorNode[] = [];

/** Plays a sound; `volume` is percent. Where there is no sound at all it is silent. */
export function play(name: string, volume: number): void {
  if (typeof AudioContext === "undefined") return;
  silence();
  context ??= new AudioContext();
  void context.resume().catch(() => undefined);
  const loudness = context.createGain();
  loudness.gain.value = (Math.min(100, Math.max(0, volume)) / 100) * 0.25;
  loudness.connect(context.destination);
  let at = context.currentTime;
  for (const [pitch, length] of Object.hasOwn(SOUNDS, name) ? (SOUNDS[name] ?? PLAIN) : PLAIN) {
    const tone = context.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(loudness);
    tone.start(at);
    at += length / 1000;
    tone.stop(at);
    playing.push(tone);
  }
}

/** Ends what is playing. */
export function silence(): void {
  for (const tone of playing) tone.disconnect();
  playing = [];
}
