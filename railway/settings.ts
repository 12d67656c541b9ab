/** What differs from one owner to the next. Everything else is in project.ts. */
export interface Settings {
  /** The GitHub repository that Railway builds, "account/name". */
  repository: string;
  /** The branch whose pushes are deployed. */
  branch: string;
  /** Where all services run; one region, so that the private leg stays short. `railway regions` lists them. */
  region: string;
  /** Gateways side by side. */
  gateways: number;
  /** Game-backends side by side. */
  backends: number;
  /** The origins of the pages that may open sessions, for example "https://play.example.com": the frontend's, and your own. */
  corsOrigins: string[];
  /** The gateway's name, if it is one of your own, like "ws.example.com": it is built into the page. */
  gatewayDomain?: string;
  /**
   * How players prove who they are; without it a seat belongs to whoever takes it first. Their tokens are checked with the
   * public keys of your login provider, or with the secret of your own server: the project's shared variable JWT_SECRET.
   */
  signIn?: { jwksUrl: string; audience: string } | { secret: true; audience: string };
  /** More of docs/configuration.md, no secrets. A variable that is set in the dashboard alone is deleted by the next apply. */
  variables?: { gateway?: Record<string, string>; backend?: Record<string, string> };
}

export const settings: Settings = {
  repository: "",
  branch: "main",
  region: "europe-west4-drams3a",
  gateways: 1,
  backends: 1,
  corsOrigins: [],
};
