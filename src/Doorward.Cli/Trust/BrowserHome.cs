namespace Doorward.Cli.Trust;

/// <summary>
/// A home whose browsers are served, and as whom. NSS loads the modules that a database names, so that to open somebody's
/// database is to run what they like: it happens as its owner, never as root.
/// </summary>
/// <param name="Owner">Numbers of user and group when they are not this process's own.</param>
internal sealed record BrowserHome(string Path, (string User, string Group)? Owner)
{
    /// <summary>Whose browsers: of who runs this; through sudo, of who ran that. Everybody else runs it for themselves.</summary>
    public static async Task<IReadOnlyList<BrowserHome>> FindAsync(CancellationToken cancel)
    {
        var own = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (!Environment.IsPrivilegedProcess)
        {
            return [new BrowserHome(own, null)];
        }

        // First, because sudo may have kept HOME: then root's home and theirs are one, and it is theirs.
        var homes = new List<BrowserHome?> { await OfCallerAsync(cancel), await OfAsync(own, cancel) };
        return [.. homes.OfType<BrowserHome>().DistinctBy(home => home.Path)];
    }

    /// <summary>The home as its owner opens it; null when there is none.</summary>
    public static async Task<BrowserHome?> OfAsync(string path, CancellationToken cancel) =>
        await Tool.RunAsync("stat", ["-L", "-c", "%u %g", path], cancel) is { Code: 0 } stat && stat.Said.Split(' ') is [var user, var group]
            ? new BrowserHome(path, user == "0" ? null : (user, group))
            : null;

    /// <summary>
    /// Runs a program as who owns the home, in a session of its own (it could type into root's terminal else), and without
    /// root's environment, which may hold secrets.
    /// </summary>
    public Task<(int Code, string Said)?> RunAsync(string program, string[] arguments, CancellationToken cancel, string input = "") => Owner is var (user, group)
        ? Tool.RunAsync("setsid", ["--wait", "setpriv", "--reuid", user, "--regid", group, "--clear-groups", "--", program, .. arguments], cancel, input, Path)
        : Tool.RunAsync(program, arguments, cancel, input);

    private static async Task<BrowserHome?> OfCallerAsync(CancellationToken cancel)
    {
        if (Environment.GetEnvironmentVariable("SUDO_UID") is not { Length: > 0 } caller || caller == "0")
        {
            return null;
        }

        // name:password:uid:gid:comment:home:shell
        return await Tool.RunAsync("getent", ["passwd", caller], cancel) is { Code: 0 } account && account.Said.Split(':') is [_, _, var user, var group, _, var home, ..]
            ? new BrowserHome(home, (user, group))
            : null;
    }
}
