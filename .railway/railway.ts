export { default } from "../railway/project.ts";
