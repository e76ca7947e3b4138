// The sample data of a new project: a small shop with the traps of real life. Nobody in it is real; phones come from
// ranges kept for fiction, emails (but for the dots of Gmail) from domains that never resolve.

// Traps: Anna with dots and a plus-tag; Ben and Clara at one landline; David without an account; a placeholder email
// and a no-reply sender; Eve, who is twice in the CRM; Grace, who changed her email, which only a decision can know.
export const CONTACTS = `contact_id,user_id,first_name,last_name,email,phone,country,city,updated_at
c001,u101,Anna,Bell,anna.bell@gmail.com,(212) 555-0123,US,New York,2025-01-10T09:00:00Z
c002,u101,Anna,Bell,annabell+shop@gmail.com,,US,New York,2025-03-02T16:20:00Z
c003,u102,Ben,Ortiz,ben@ortiz.example,+1 303 555 0140,US,Denver,2025-01-12T11:30:00Z
c004,u103,Clara,Ortiz,clara@ortiz.example,303-555-0140,US,Denver,2025-01-20T08:05:00Z
c005,,David,Park,david.park@mail.example,(415) 555-0171,US,San Francisco,2025-02-01T10:00:00Z
c006,u105,Eve,Moss,eve@moss.example,,US,Austin,2025-02-03T12:45:00Z
c007,,Evelyn,Moss,EVE@moss.example ,(512) 555-0188,US,Austin,2025-04-18T07:15:00Z
c008,u106,Frank,Lee,test@test.com,(206) 555-0119,US,Seattle,2025-02-07T18:00:00Z
c009,u107,Grace,Kim,grace@kim.example,,US,Boston,2025-02-11T09:40:00Z
c010,,Grace,Kim-Weber,grace.weber@mail.example,,US,Boston,2025-05-05T13:10:00Z
c011,u108,Hugo,Stone,test@test.com,,US,Chicago,2025-02-14T15:25:00Z
c012,u109,Iris,Young,iris@young.example,020 7946 0991,GB,London,2025-02-20T10:10:00Z
c013,,Iris,Young,,+44 20 7946 0991,GB,London,2025-03-21T10:10:00Z
c014,u110,Jack,Reed,no-reply@forms.example,(617) 555-0102,US,Boston,2025-03-01T20:00:00Z
`;

export const ORDERS = `order_no,user_id,email,phone,amount,ordered_at
5001,u101,anna.bell@gmail.com,,49.90,2025-01-15T12:00:00Z
5002,,ben@ortiz.example,,18.00,2025-01-18T17:30:00Z
5003,u103,,303 555 0140,220.00,2025-01-25T09:12:00Z
5004,,,(415) 555-0171,35.50,2025-02-02T14:00:00Z
5005,u104,david.park@mail.example,,12.25,2025-02-09T14:45:00Z
5006,u105,eve@moss.example,,75.00,2025-02-12T08:00:00Z
5007,,test@test.com,,9.99,2025-02-13T10:00:00Z
5008,u106,,206.555.0119,64.00,2025-02-15T11:00:00Z
5009,,grace.weber@mail.example,,31.00,2025-05-09T19:20:00Z
5010,,,,5.00,2025-02-18T13:00:00Z
5011,u109,iris@young.example,,140.00,2025-02-22T16:00:00Z
5012,,,+44 20 7946 0991,22.00,2025-03-22T16:00:00Z
5013,u110,,617-555-0102,80.00,2025-03-03T09:00:00Z
5014,,no-reply@forms.example,,15.00,2025-03-04T09:00:00Z
`;

export const DECISIONS = `id,decision,a,b,identifier,value,reason,decided_by,decided_at,expires_at
d-001,must_link,contacts:c009,contacts:c010,,,she told us her new name and email,support,2025-05-06T09:00:00Z,
`;
