import { changeBehind } from "./accounts.ts";
import { type Account, newAccount } from "./desk.ts";

/** An account that runs the platform; on its desk it has the given role, or is the admin. */
export async function newSuperAdmin(role?: string): Promise<Account> {
  const account = await newAccount(role);
  const { user_id } = account;
  await changeBehind([user_id], "UPDATE users SET platform_role = 'super_admin' WHERE id = ?", user_id);
  return account;
}

export const verifyEmail = async ({ user_id }: Account): Promise<void> =>
  await changeBehind([user_id], "UPDATE users SET email_verified_at = 1 WHERE id = ?", user_id);
