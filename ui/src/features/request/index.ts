export { default } from "./Request.svelte";
