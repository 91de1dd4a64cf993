using System.CommandLine;
using Doorward.Cli.Commands;

namespace Doorward.Cli;

/// <summary>Everything the command line can do, in the order of its help; each noun has its file under Commands/.</summary>
internal static class Nouns
{
    public static IReadOnlyList<Command> All() =>
    [
        UpCommand.Create(),
        ControlPlaneCommand.Create(),
        ApplyCommand.Create(),
        GetCommand.Create(),
        DeleteCommand.Create(),
        ProtectCommand.Create(),
        ApplicationCommand.Create(),
        UserCommand.Create(),
        SessionCommand.Create(),
        GrantCommand.Create(),
        DecisionCommand.Create(),
        DeviceCommand.Create(),
        ConnectorCommand.Create(),
        TokenCommand.Create(),
        PolicyCommand.Create(),
        CedarCommand.Create(),
        AuditCommand.Create(),
        GatewayCommand.Create(),
        SettingsCommand.Create(),
        KeyCommand.Create(),
        SshAuthorityCommand.Create(),
        CertificateCommand.Create(),
        StatusCommand.Create(),
        WhoamiCommand.Create(),
        DoctorCommand.Create(),
        BackupCommand.Create(),
        RestoreCommand.Create(),
        ResetCommand.Create(),
        TrustCommand.Create(),
        LoginCommand.Create(),
        LogoutCommand.Create(),
        BenchCommand.Create(),
        DemoCommand.Create(),
        CompletionCommand.Create(),
    ];
}
