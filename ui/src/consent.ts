// The consent window.
import { show } from "./shared/show";
import "./shared/styles/index.css";
import Consent from "./views/Consent.svelte";

void show(Consent);
