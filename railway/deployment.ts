/**
 * What a service of the project ends up with, as JSON: node --import tsx deployment.ts SERVICE EDGE. For .ci/railway-box,
 * which stands in for the platform: references between services are filled in as Railway fills them in, and the public
 * domain of a service is its name below EDGE.
 */
import type { ServiceNode } from "railway/iac";
import { holdfast } from "./project.ts";

const [name, edge] = process.argv.slice(2);
const region = "box";
const services = (
  holdfast({
    repository: "box/holdfast",
    branch: "main",
    region,
    gateways: 1,
    backends: 2,
    corsOrigins: [`https://frontend.${edge}`],
  }).resources as ServiceNode[]
).filter((resource) => resource.type === "service");
const service = services.find((candidate) => candidate.name === name);
if (!service) {
  throw new Error(`no service "${name}" (there are: ${services.map((known) => known.name).join(", ")})`);
}

console.log(
  JSON.stringify({
    image: `holdfast/${service.name}`,
    replicas: service.deploy?.multiRegionConfig?.[region]?.numReplicas,
    overlapSeconds: service.deploy?.overlapSeconds,
    drainingSeconds: service.deploy?.drainingSeconds,
    healthcheckPath: service.deploy?.healthcheckPath ?? "",
    privateName: `${service.networking?.privateNetworkEndpoint}.railway.internal`,
    mounts: Object.values(service.volumeAttachments ?? {}).map((attachment) => attachment.mountPath),
    environment: Object.entries(literals(service)).map(([variable, value]) => `${variable}=${filled(value)}`),
  }),
);

function literals(of: ServiceNode): Record<string, string> {
  return Object.fromEntries(
    Object.entries(of.variables ?? {}).flatMap(([variable, setting]) => {
      const value = (setting as { value?: string | null }).value;
      return value == null ? [] : [[variable, value]];
    }),
  );
}

/** Like Railway: the domains are known of themselves, any other variable only if it was set by hand; no secret was. */
function filled(value: string): string {
  return value.replaceAll(/\$\{\{([\w-]+)\.(\w+)}}/g, (reference, from: string, variable: string) => {
    const other = services.find((candidate) => candidate.name === from);
    if (from === "shared") {
      return "";
    }
    if (other && variable === "RAILWAY_PRIVATE_DOMAIN") {
      return `${other.networking?.privateNetworkEndpoint}.railway.internal`;
    }
    if (other && variable === "RAILWAY_PUBLIC_DOMAIN") {
      return `${other.name}.${edge}`;
    }
    const known = other && literals(other)[variable];
    if (known === undefined) {
      throw new Error(`${service?.name}: ${reference} leads nowhere`);
    }
    return known;
  });
}
