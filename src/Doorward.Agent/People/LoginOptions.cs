using System.Security.Cryptography.X509Certificates;
using Doorward.Agent.Control;
using Doorward.Agent.Keys;
using Doorward.Agent.State;

namespace Doorward.Agent.People;

/// <summary>The arguments of <c>login</c>.</summary>
internal sealed record LoginOptions
{
    public Uri? Server { get; init; }
    public string? CaFile { get; init; }
    public string? Connect { get; init; }

    /// <summary>For a machine without a browser.</summary>
    public bool IsByCode { get; init; }

    /// <summary>Asks for a sign-in of now, not of earlier today.</summary>
    public bool IsFresh { get; init; }

    /// <summary>1 to 3; null for whatever the person is signed in with.</summary>
    public int? Assurance { get; init; }

    /// <summary>Keeps the token in the file, for machines whose programs of one user do not share a keyring.</summary>
    public bool KeepsInFile { get; init; }

    public string State { get; init; } = AgentFolder.Usual;

    public string Folder { get; init; } = PersonFolder.Usual;

    /// <summary>Null when the arguments are not understood.</summary>
    public static LoginOptions? Parse(ReadOnlySpan<string> args)
    {
        var options = new LoginOptions();
        while (!args.IsEmpty)
        {
            var next = args switch
            {
                ["--device-code", ..] => options with { IsByCode = true },
                ["--fresh", ..] => options with { IsFresh = true },
                ["--server", var value, ..] when Installation.ParseServer(value) is { } server => options with { Server = server },
                ["--ca", var value, ..] => options with { CaFile = value },
                ["--connect", var value, ..] when PinnedTransport.ParseEndPoint(value) is not null => options with { Connect = value },
                ["--assurance", "1" or "2" or "3", ..] => options with { Assurance = args[1][0] - '0' },
                ["--keep", "keyring" or "file", ..] => options with { KeepsInFile = args[1] == "file" },
                ["--state", var value, ..] => options with { State = value },
                ["--folder", var value, ..] => options with { Folder = value },
                _ => null,
            };
            if (next is null) return null;
            args = args[(args[0] is "--device-code" or "--fresh" ? 1 : 2)..];
            options = next;
        }

        return options;
    }

    /// <summary>From the arguments; what they leave out, from this machine's enrolment, or the sign-in before this one.</summary>
    public (Installation? Installation, string? Problem) Find()
    {
        var enrolled = ReadEnrolment();
        var before = new PersonFolder(Folder).Read();
        var known = enrolled is not null && (Server is null || Server == new Uri(enrolled.Auth)) ? (enrolled.Auth, enrolled.Root, enrolled.Connect)
            : before is not null && (Server is null || Server == new Uri(before.Auth)) ? (before.Auth, before.Root, before.Connect)
            : (Auth: null, Root: (string?)null, Connect: (string?)null);
        var auth = Server ?? (known.Auth is { } address ? new Uri(address) : null);
        if (auth is null) return (null, "this machine does not know your Doorward yet: say --server https://auth.<domain>");
        var root = known.Root;
        try
        {
            if (CaFile is not null) root = X509Certificate2.CreateFromPem(File.ReadAllText(CaFile)).ExportCertificatePem();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            return (null, $"{CaFile} is no certificate that can be read: {error.Message}");
        }

        return (new Installation { Auth = auth, Root = root, Connect = Connect ?? known.Connect }, null);
    }

    // Mostly another user's, and then it is as if there were none.
    private AgentRecord? ReadEnrolment()
    {
        try
        {
            var folder = new AgentFolder(State);
            return folder.HasRecord ? folder.Read() : null;
        }
        catch (DeviceKeyException)
        {
            return null;
        }
    }
}
