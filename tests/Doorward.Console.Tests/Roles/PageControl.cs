using Doorward.Console.Applications;
using Doorward.Console.Audit;
using Doorward.Console.Connectors;
using Doorward.Console.Devices;
using Doorward.Console.Grants;
using Doorward.Console.People;
using Doorward.Console.Policies;
using Doorward.Console.Sessions;
using Doorward.Console.Settings;

namespace Doorward.Console.Tests.Roles;

/// <summary>What somebody presses on a page to make a call of the API.</summary>
/// <param name="Endpoints">The calls, as the table of the API's calls names them.</param>
/// <param name="Address">Of the page; SESSION stands for the session of bob.</param>
/// <param name="Ready">What stands on the page once it has read what it shows, for those who may see it.</param>
/// <param name="Name">The control, as a screen reader says it.</param>
internal sealed record PageControl(string[] Endpoints, Type Page, string Address, string Ready, string Name)
{
    /// <summary>Every act of the console that not everybody may who may look.</summary>
    public static readonly PageControl[] All =
    [
        new(["POST /api/v1/sessions/revoke"], typeof(SessionsPage), "/sessions?search=bob", "bob", "End session of bob"),
        new(["POST /api/v1/sessions/revoke"], typeof(SessionsPage), "/sessions?search=bob", "bob", "Select all shown"),
        new(["POST /api/v1/sessions/revoke"], typeof(SessionPage), "/sessions/SESSION", "Evidence now", "End session"),
        new(["POST /api/v1/grants/cut"], typeof(GrantsPage), "/grants?user=bob", "bob", "Cut bob at wiki"),
        new(["POST /api/v1/grants/cut"], typeof(GrantsPage), "/grants?user=bob", "bob", "Select all shown"),
        new(["POST /api/v1/grants/cut"], typeof(SessionPage), "/sessions/SESSION", "nothing open", "Cut bob at wiki"),
        new(["POST /api/v1/grants/cut"], typeof(ApplicationPage), "/applications/wiki", "nothing open", "Cut bob at wiki"),
        new(["POST /api/v1/users"], typeof(PeoplePage), "/people", "bob", "New person"),
        new(["POST /api/v1/users"], typeof(NewPersonPage), "/new/person", "person", "Add"),
        new(["POST /api/v1/users/{name}/invitation"], typeof(PersonPage), "/people/bob", "Groups", "Make an invitation link"),
        new(["PUT /api/v1/users/{name}"], typeof(PersonPage), "/people/bob", "Groups", "Disable"),
        new(["DELETE /api/v1/users/{name}/credentials"], typeof(PersonPage), "/people/bob", "Groups", "Reset factors"),
        new(["DELETE /api/v1/users/{name}"], typeof(PersonPage), "/people/bob", "Groups", "Delete"),
        new(["POST /api/v1/tokens"], typeof(PersonPage), "/people/ci", "nightly", "Issue a token"),
        new(["DELETE /api/v1/tokens/{id}"], typeof(PersonPage), "/people/ci", "nightly", "Revoke nightly"),
        new(["POST /api/v1/groups"], typeof(GroupsPage), "/groups", "staff", "Add"),
        new(["PUT /api/v1/groups/{name}"], typeof(GroupPage), "/groups/staff", "bob", "Add"),
        new(["PUT /api/v1/groups/{name}"], typeof(GroupPage), "/groups/staff", "bob", "Remove bob"),
        new(["PUT /api/v1/groups/{name}"], typeof(PersonPage), "/people/bob", "Groups", "Join"),
        new(["PUT /api/v1/groups/{name}"], typeof(PersonPage), "/people/bob", "Groups", "Remove from staff"),
        new(["DELETE /api/v1/groups/{name}", "POST /api/v1/groups"], typeof(GroupPage), "/groups/staff", "bob", "Delete"),
        new(["POST /api/v1/apply"], typeof(ApplicationsPage), "/applications", "wiki", "New application"),
        new(["POST /api/v1/apply"], typeof(FirstApplicationPage), "/new/application", "application", "Make it reachable"),
        new(["PUT /api/v1/applications/{name}"], typeof(ApplicationPage), "/applications/wiki", "wiki.doorward.localhost", "Save"),
        new(["POST /api/v1/applications/test"], typeof(ApplicationPage), "/applications/wiki", "wiki.doorward.localhost", "Test connection"),
        // Its undo makes it again.
        new(["DELETE /api/v1/applications/{name}", "POST /api/v1/applications"], typeof(ApplicationPage), "/applications/wiki", "wiki.doorward.localhost", "Delete"),
        new(["POST /api/v1/policies"], typeof(PoliciesPage), "/policies", "wiki-for-staff", "New policy"),
        new(["PUT /api/v1/policies/{name}", "POST /api/v1/policies"], typeof(PolicyPage), "/policies/wiki-for-staff", "assurance", "Publish"),
        new(["DELETE /api/v1/policies/{name}"], typeof(PolicyPage), "/policies/wiki-for-staff", "assurance", "Delete"),
        new(["POST /api/v1/policies/{name}/rollback"], typeof(VersionsPage), "/policies/wiki-for-staff/versions", "Compare", "Roll back to version 1"),
        new(["POST /api/v1/devices/invitations"], typeof(DevicesPage), "/devices", "laptop", "Invite a device"),
        new(["POST /api/v1/devices/invitations"], typeof(InvitePage), "/new/device", "device", "Make the link"),
        new(["POST /api/v1/devices/{name}/hold"], typeof(DevicePage), "/devices/laptop", "How it does", "Hold"),
        new(["POST /api/v1/devices/{name}/retire"], typeof(DevicePage), "/devices/laptop", "How it does", "Retire"),
        new(["POST /api/v1/devices/{name}/rename"], typeof(DevicePage), "/devices/laptop", "How it does", "Rename"),
        new(["POST /api/v1/devices/{name}/release"], typeof(DevicePage), "/devices/kiosk", "How it does", "Release"),
        new(["POST /api/v1/connectors/{name}/invitations"], typeof(ConnectorPage), "/connectors/site", "relay", "Invite a replica"),
        new(["POST /api/v1/connectors/{name}/invitations/withdraw"], typeof(ConnectorPage), "/connectors/site", "relay", "Take links back"),
        new(["POST /api/v1/connectors/{name}/replicas/{replica}/drain"], typeof(ConnectorPage), "/connectors/site", "relay", "Drain relay"),
        new(["POST /api/v1/connectors/{name}/replicas/{replica}/resume"], typeof(ConnectorPage), "/connectors/site", "mill", "Take back in service mill"),
        new(["POST /api/v1/connectors/{name}/replicas/{replica}/retire"], typeof(ConnectorPage), "/connectors/site", "relay", "Retire relay"),
        new(["POST /api/v1/posturerules"], typeof(PostureRulesPage), "/posture-rules", "firewall-on", "New posture rule"),
        // Undoing a deletion makes it again.
        new(["PUT /api/v1/posturerules/{name}", "POST /api/v1/posturerules"], typeof(PostureRulePage), "/posture-rules/firewall-on", "As YAML", "Save"),
        new(["DELETE /api/v1/posturerules/{name}", "POST /api/v1/posturerules"], typeof(PostureRulePage), "/posture-rules/firewall-on", "As YAML", "Delete"),
        new(["POST /api/v1/postureproviders"], typeof(ProvidersPage), "/posture-providers", "sensor", "New posture provider"),
        new(["PUT /api/v1/postureproviders/{name}", "POST /api/v1/postureproviders"], typeof(ProviderPage), "/posture-providers/sensor", "As YAML", "Save"),
        new(["DELETE /api/v1/postureproviders/{name}", "POST /api/v1/postureproviders"], typeof(ProviderPage), "/posture-providers/sensor", "As YAML", "Delete"),
        new(["POST /api/v1/audit/verify"], typeof(AuditPage), "/audit", "", "Verify now"),
        new(["PUT /api/v1/settings"], typeof(SettingsPage), "/settings", "edge", "Save"),
        new(["POST /api/v1/gateways/join-token"], typeof(SettingsPage), "/settings", "edge", "Make a join token"),
        new(["DELETE /api/v1/gateways/{name}"], typeof(SettingsPage), "/settings", "edge", "Revoke gateway edge"),
        new(["POST /api/v1/keys/rotate"], typeof(SettingsPage), "/settings", "Application cookies", "Rotate now: Assertions"),
        new(["POST /api/v1/backup"], typeof(SettingsPage), "/settings", "Application cookies", "Back up now"),
    ];
}
