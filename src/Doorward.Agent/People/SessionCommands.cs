using Doorward.Core.Agents;

namespace Doorward.Agent.People;

/// <summary><c>whoami</c> and <c>logout</c>.</summary>
internal sealed record SessionCommands(string Folder)
{
    // Of a session that is over, and needs no end.
    private const string Over = "no-session";

    /// <summary>Null when the arguments are not understood.</summary>
    public static SessionCommands? Parse(ReadOnlySpan<string> args) => args switch
    {
        [] => new SessionCommands(PersonFolder.Usual),
        ["--folder", var folder] => new SessionCommands(folder),
        _ => null,
    };

    public int WhoAmI(TextWriter output, TextWriter errors) => LoginCommand.Telling(errors, async ct =>
    {
        var signedIn = SignedIn.Read(Folder);
        using var auth = new AuthHost(signedIn.Installation);
        var (session, problem) = await auth.AskAsync(HttpMethod.Get, AgentPaths.Session, signedIn.Token, null, AgentJson.Default.AgentSession, ct);
        if (session is null) return LoginCommand.Refuse(errors, $"{problem!.Detail} {problem.Fix}".TrimEnd());
        await output.WriteLineAsync($"{session.User} at {signedIn.Installation.Domain}, session {session.Id}, assurance {session.Assurance} ({string.Join(", ", session.Methods)}),"
            + $" proved {session.Authenticated.LocalDateTime:yyyy-MM-dd HH:mm}, until {session.Expires.LocalDateTime:yyyy-MM-dd HH:mm} at the latest{(session.Device is { } device ? $", on device {device}" : "")}.");
        return 0;
    });

    public int SignOut(TextWriter output, TextWriter errors) => LoginCommand.Telling(errors, async ct =>
    {
        var folder = new PersonFolder(Folder);
        if (folder.Read() is not { } record)
        {
            await output.WriteLineAsync("Nobody was signed in.");
            return 0;
        }

        var place = new TokenPlace(folder);
        var token = place.Read(record);
        if (token is not null)
        {
            // First there: what is forgotten here could not be ended any more.
            using var auth = new AuthHost(Installation.Of(record));
            var (ended, problem) = await auth.AskAsync(HttpMethod.Post, AgentPaths.SignOut, token, null, AgentJson.Default.AgentSession, ct);
            if (ended is null && problem!.Code != Over) return LoginCommand.Refuse(errors, $"not signed out: {problem.Detail} {problem.Fix}".TrimEnd());
        }

        folder.Delete();
        place.Forget();
        await output.WriteLineAsync(token is null ? "Forgotten here. The session could not be read any more; end it under Sessions." : "Signed out.");
        return 0;
    });
}
