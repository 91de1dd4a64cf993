using Doorward.Cli.Documents;

namespace Doorward.Cli.Commands;

/// <summary>What `protect` writes: an application, and the policy that opens it to a group. The group is not among it: its members are nobody's business here.</summary>
internal sealed record ProtectedDoor(string Name, string Group, Uri Upstream, string Domain, int Port)
{
    public string Host => $"{Name}.{Domain}";

    public string Policy => $"{Name}-for-{Group}";

    public string Address => Port == 443 ? $"https://{Host}/" : $"https://{Host}:{Port}/";

    public string UpstreamAddress => Upstream.GetLeftPart(UriPartial.Path).TrimEnd('/');

    public string Yaml =>
        $$"""
        kind: Application
        name: {{Name}}
        hosts: [{{Host}}]
        upstream: {{UpstreamAddress}}
        ---
        kind: Policy
        name: {{Policy}}
        cedar: |
          @explain("{{Name}} is open to the group {{Group}}, after signing in with two factors. To join the group, ask your administrator.")
          permit (principal in Group::"{{Group}}", action in Action::"access", resource == Application::"{{Name}}")
          when { context.session.assurance >= 2 };

        """;

    // The person wrote no file: what is wrong is told of the resource, not of a line.
    public IReadOnlyList<Document> Documents =>
    [
        .. DocumentReader.Read("", Yaml).Select(static document =>
            new Document(document.Json, new Dictionary<string, Place>()) { Start = new Place(ResourceText.NameOf(document.Json), 0, 0) }),
    ];
}
