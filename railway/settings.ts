/** What differs from one owner to the next. Everything else is in project.ts. */
export interface Settings {
  /** The GitHub repository that Railway builds, "account/name". */
  repository: string;
  /** The branch whose pushes are deployed. */
  branch: string;
  /** Where both services run; one region, so that the private leg stays short. `railway regions` lists them. */
  region: string;
  /** Gateways side by side. The game-backend has one replica, since its games are in a file. */
  gateways: number;
  /** The origins of the pages that may open sessions, for example "https://play.example.com": the frontend's, and your own. */
  corsOrigins: string[];
}

export const settings: Settings = {
  repository: "",
  branch: "main",
  region: "europe-west4-drams3a",
  gateways: 1,
  corsOrigins: [],
};
