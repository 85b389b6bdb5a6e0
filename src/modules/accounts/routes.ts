import { newRouter } from "../../http/router.ts";
import { authRoutes } from "./auth-routes.ts";
import { meRoutes } from "./me-routes.ts";
import { passwordRoutes } from "./password-routes.ts";

export const accountRoutes = newRouter();
for (const routes of [authRoutes, passwordRoutes, meRoutes]) accountRoutes.route("/", routes);
