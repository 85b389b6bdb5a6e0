import { newRouter } from "../../http/router.ts";
import { authRoutes } from "./auth-routes.ts";
import { deleteRoutes } from "./delete-route.ts";
import { meRoutes } from "./me-routes.ts";
import { mfaRoutes } from "./mfa-routes.ts";
import { passwordRoutes } from "./password-routes.ts";

export const accountRoutes = newRouter();
for (const routes of [authRoutes, passwordRoutes, mfaRoutes, meRoutes, deleteRoutes])
  accountRoutes.route("/", routes);
