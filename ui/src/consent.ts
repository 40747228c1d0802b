// The consent window.
import { mount } from "svelte";
import "./shared/styles/index.css";
import Consent from "./views/Consent.svelte";

mount(Consent, { target: document.getElementById("page") ?? document.body });
