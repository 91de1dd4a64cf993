using Doorward.Cli.Output;

namespace Doorward.Cli.Hosting;

/// <summary>
/// Hands out the one-time link that enrols the first administrator: on a terminal by printing it, elsewhere (a journal, a pipe)
/// in a file that only its owner can read, because the link is a credential.
/// </summary>
internal static class AdministratorLink
{
    public static async Task HandOutAsync(TextWriter output, string data, string? link, CancellationToken cancel)
    {
        var file = Path.Combine(data, "enrol-administrator.link");
        File.Delete(file);
        if (link is null)
            return;
        if (!System.Console.IsOutputRedirected)
        {
            output.WriteLine($"enrol  {link}");
            output.WriteLine("       makes you the administrator; works once, for 24 hours");
            return;
        }

        await using (var stream = new StreamWriter(PrivateFile.Create(file)))
            await stream.WriteLineAsync(link.AsMemory(), cancel);
        output.WriteLine($"enrol  the link that makes you the administrator is in {file}; works once, for 24 hours");
    }
}
