using Doorward.Agent.Control;
using Doorward.Agent.Keys.Pkcs11;
using Doorward.Agent.State;
using Doorward.Agent.Tpm;

namespace Doorward.Agent.Enrollment;

/// <summary>The arguments of <c>enroll</c>.</summary>
internal sealed record EnrollOptions
{
    /// <summary>The link, or <c>-</c> for the first line of the input.</summary>
    public string Link { get; init; } = "-";
    public string State { get; init; } = AgentFolder.Usual;

    /// <summary><c>tpm</c>, <c>pkcs11</c> or <c>file</c>; null for the best there is.</summary>
    public string? Keeper { get; init; }
    public string? Tpm { get; init; }
    public string? Module { get; init; }
    public string? Token { get; init; }
    public string? PinFile { get; init; }
    public string? Connect { get; init; }

    public Pkcs11Settings? TokenSettings => Module is not null && Token is not null && PinFile is not null
        ? new Pkcs11Settings { Module = Module, Token = Token, PinFile = Path.GetFullPath(PinFile) }
        : null;

    /// <summary>Null when the arguments are not understood.</summary>
    public static EnrollOptions? Parse(ReadOnlySpan<string> args)
    {
        var options = new EnrollOptions();
        if (args is [var first, ..] && (first == "-" || !first.StartsWith('-')))
        {
            options = options with { Link = first };
            args = args[1..];
        }

        for (; !args.IsEmpty; args = args[2..])
        {
            var next = args switch
            {
                ["--state", var value, ..] => options with { State = value },
                ["--key", "tpm" or "pkcs11" or "file", ..] => options with { Keeper = args[1] },
                ["--tpm", var value, ..] when TpmAddress.Parse(value) is not null => options with { Tpm = value, Keeper = "tpm" },
                ["--module", var value, ..] => options with { Module = value, Keeper = "pkcs11" },
                ["--token", var value, ..] => options with { Token = value },
                ["--pin-file", var value, ..] => options with { PinFile = value },
                ["--connect", var value, ..] when PinnedTransport.ParseEndPoint(value) is not null => options with { Connect = value },
                _ => null,
            };
            if (next is null) return null;
            options = next;
        }

        return options.Keeper == "pkcs11" == options.TokenSettings is not null ? options : null;
    }
}
