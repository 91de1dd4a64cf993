using Doorward.Cli.Output;
using Doorward.Control.Identity.Invitations;

namespace Doorward.Cli.Hosting;

/// <summary>
/// Hands out the one-time link that enrols the first administrator: on a terminal by printing it, elsewhere (a journal, a pipe)
/// in a file that only its owner can read, because the link is a credential. The file goes when the link is used.
/// </summary>
internal static class AdministratorLink
{
    public static async Task HandOutAsync(TextWriter output, string data, InvitationLink? link, InvitationLinks links, CancellationToken cancel)
    {
        var file = Path.Combine(data, "enrol-administrator.link");
        File.Delete(file);
        if (link is null)
            return;
        if (!System.Console.IsOutputRedirected)
        {
            output.WriteLine($"enrol  {link.Address}");
            output.WriteLine("       makes you the administrator; works once, for 24 hours");
            return;
        }

        await using (var stream = new StreamWriter(PrivateFile.Create(file)))
            await stream.WriteLineAsync(link.Address.AsMemory(), cancel);
        links.Redeemed += used =>
        {
            if (used == link.Id) Forget(file);
        };
        output.WriteLine($"enrol  the link that makes you the administrator is in {file}; works once, for 24 hours");
    }

    private static void Forget(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // It holds a link that opens nothing any more; the next start takes it away.
        }
    }
}
