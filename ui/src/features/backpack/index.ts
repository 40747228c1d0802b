export { default } from "./Backpack.svelte";
