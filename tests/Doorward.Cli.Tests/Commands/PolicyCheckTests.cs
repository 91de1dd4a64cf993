using Doorward.Cedar.Schemas;
using Doorward.Core.Policies;

namespace Doorward.Cli.Tests.Commands;

/// <summary>`policy check` and `policy schema`, with an installation and without one.</summary>
public class PolicyCheckTests
{
    private const string Wrong = "kind: Policy\nname: p\ncedar: |\n  permit (principal, action == Action::\"raed\", resource)\n  when { context.session.mfaa };\n";
    private const string Right = "kind: Policy\nname: p\ncedar: |\n  permit (principal is User, action in Action::\"access\", resource)\n  when { context.session.mfa };\n";

    [Fact]
    public async Task Without_an_installation_every_error_is_told_with_file_line_column_and_hint()
    {
        using var folder = new Folder();
        var file = folder.Write("p.yaml", Wrong);

        var said = await Said.ByAsync("policy", "check", file, "--data", folder.Path);

        Assert.Equal((1, ""), (said.Code, said.Out));
        Assert.Equal($"doorward: {file}:4:22: cedar: There is no action Action::\"raed\"; did you mean `read`?\n", said.Error);
        file = folder.Write("q.yaml", Wrong.Replace("raed", "read", StringComparison.Ordinal));
        said = await Said.ByAsync("policy", "check", file, "--data", folder.Path);
        Assert.StartsWith($"doorward: {file}:5:10: cedar: This record has no attribute \"mfaa\" (for principal ", said.Error, StringComparison.Ordinal);
        Assert.EndsWith("; did you mean `mfa`?\n", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_installation_good_policies_pass_with_a_note_of_what_was_not_looked_at()
    {
        using var folder = new Folder();

        var said = await Said.ByAsync("policy", "check", folder.Write("p.yaml", Right), "--data", folder.Path);

        Assert.Equal(new Said(0, "1 document checked\n", "note: no installation runs here, so only the policies themselves were checked, not what they name\n"), said);
    }

    [Fact]
    public async Task A_file_with_one_policy_is_checked_by_itself_and_warnings_stop_nothing()
    {
        using var folder = new Folder();
        var file = folder.Write("p.cedar", "// why\nforbid (principal, action, resource)\nwhen { context has device && !context.device.compliant };\n");

        var said = await Said.ByAsync("policy", "check", file, "--data", folder.Path);

        Assert.Equal(0, said.Code);
        Assert.Contains($"warning: {file}:3:31: It forbids nothing to whoever has no device evidence. To forbid that too, write", said.Error, StringComparison.Ordinal);
        said = await Said.ByAsync("policy", "check", folder.Write("bad.cedar", "permit (principal, action, resource)\nwhen { 1 };"), "--data", folder.Path, "-o", "json");
        Assert.Equal(1, said.Code);
        Assert.Contains("\"expected\": \"Bool\"", said.Out, StringComparison.Ordinal);
        Assert.Contains("bad.cedar:2:8", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_an_installation_it_is_asked_what_only_it_knows()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /policies/check", 200,
            """{"errors":[{"kind":"Policy","name":"p","field":"cedar","message":"application wiki has opaque paths","fix":"name another"}],"warnings":[]}""");
        using var folder = new Folder();
        var file = folder.Write("p.yaml", Right);

        Assert.Equal(new Said(1, "", $"doorward: {file}:3:1: cedar: application wiki has opaque paths; name another\n"), await peer.RunAsync("policy", "check", file));
        Assert.Single(peer.Asked);
        Assert.Equal(1, (await peer.RunAsync("policy", "check", folder.Write("q.yaml", Wrong))).Code);
        Assert.Single(peer.Asked);
    }

    [Fact]
    public async Task The_schema_is_printed_in_both_syntaxes()
    {
        var text = await Said.ByAsync("policy", "schema");
        var json = await Said.ByAsync("policy", "schema", "--syntax", "json");

        Assert.Equal(new Said(0, ShippedSchema.Text, ""), text);
        Assert.Equal(ShippedSchema.Schema.ToJson(), Schema.ParseJson(json.Out).Schema!.ToJson());
    }

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dw-");

        public string Path => _folder.FullName;

        public string Write(string name, string text)
        {
            var path = System.IO.Path.Combine(Path, name);
            File.WriteAllText(path, text);
            return path;
        }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
