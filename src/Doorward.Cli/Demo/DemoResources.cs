namespace Doorward.Cli.Demo;

/// <summary>What the demo applies, as the YAML that anyone would write for it.</summary>
internal static class DemoResources
{
    public const string User = "demo";
    public const string Group = "demo-users";
    public const string LiveHost = "live";
    public const string VaultHost = "vault";

    /// <summary>The doors, the group and the policies. The user is added first, with credentials, through the same public API.</summary>
    public static string Yaml(DemoApplications applications, string domain) =>
        $$"""
        kind: Group
        name: {{Group}}
        members: [{{User}}]
        ---
        kind: Application
        name: {{LiveHost}}
        hosts: [{{LiveHost}}.{{domain}}]
        upstream: {{Address(applications.Live)}}
        labels: { demo: "true" }
        ---
        kind: Application
        name: {{VaultHost}}
        hosts: [{{VaultHost}}.{{domain}}]
        upstream: {{Address(applications.Vault)}}
        labels: { demo: "true", sensitivity: restricted }
        ---
        kind: Policy
        name: demo-live
        cedar: |
          @explain("Everyone in the demo may watch this page, after signing in with two factors.")
          permit (principal in Group::"{{Group}}", action in Action::"access", resource == Application::"{{LiveHost}}")
          when { context.session.assurance >= 2 };
        ---
        kind: Policy
        name: demo-live-administrators
        cedar: |
          permit (principal in Group::"administrators", action in Action::"access", resource == Application::"{{LiveHost}}")
          when { context.session.assurance >= 2 };
        ---
        kind: Policy
        name: demo-vault
        cedar: |
          @explain("The vault is for administrators.")
          permit (principal in Group::"administrators", action in Action::"access", resource == Application::"{{VaultHost}}")
          when { context.session.assurance >= 2 };

        """;

    private static string Address(Uri upstream) => upstream.GetLeftPart(UriPartial.Authority);
}
