namespace Doorward.Cli.Demo;

/// <summary>The five steps that `up --demo` prints. Each command works when it is copied.</summary>
/// <param name="Launcher">How this installation's command line is called from where the reader is.</param>
/// <param name="Data">The data folder when it is not the default one, which then needs no naming.</param>
internal sealed record DemoTour(string Launcher, DirectoryInfo? Data, string Domain, int Port, DemoCredentials Credentials, Uri? Enrolment)
{
    private string Suffix => Data is null ? "" : $" --data {Quoted(Data.FullName)}";

    public void Write(TextWriter output)
    {
        output.WriteLine($"""

            the tour, in a second terminal and a browser:

            1. trust the certificate
                 {Launcher} trust install{Suffix}
            2. enrol yourself as the administrator
                 {(Enrolment is null ? "(done: there is an administrator)" : Enrolment.AbsoluteUri)}
            3. sign in as the demo user, in a private window
                 {Address(DemoResources.LiveHost)}
                 name {DemoResources.User}, password {Credentials.Password}
                 code: {Launcher} demo code{Suffix}
                 and see why {Address(DemoResources.VaultHost)} is closed to her
            4. cut her off while you watch the page
                 {Launcher} session revoke --user {DemoResources.User}{Suffix}
            5. see why
                 {Launcher} decision explain last{Suffix}

            on a server without a screen: `ssh -L {Port}:localhost:{Port} <server>`, and take ca.pem along
            """);
    }

    private string Address(string host) => $"https://{host}.{Domain}:{Port}/";

    // For a shell: in single quotes, every byte is itself but the single quote.
    private static string Quoted(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_') ? path : "'" + path.Replace("'", "'\\''") + "'";
}
